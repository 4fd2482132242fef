#!/bin/sh
# While the image is built: translations, bytecode and static files under their fingerprints.
set -eu
# Settings ask for secrets; these protect nothing and stay in this step.
export PLI_SECRET_KEY=only-while-the-image-is-built PLI_ANSWER_PEPPER=only-while-the-image-is-built
[ ! -d locale ] || python manage.py compilemessages --verbosity 0
python manage.py collectstatic --no-input --verbosity 0
python -m compileall -q -j 0 .
