"""The grammar of mails: octets, charsets, fields and addresses. Pure."""
