# Containers; included by the Makefile. Only Python's standard library is needed.

.PHONY: compose-test compose-base

compose-test: ## build the images, start them all, send a mail, restart them, find it again (PLI_BASE_IMAGE)
	@exec python3 -m deploy.compose_test

compose-base: ## a base image from Debian's mirror, where none can be pulled (as root)
	@exec sh deploy/docker/base.sh $(or $(PLI_BASE_IMAGE),pli-base:bookworm)
