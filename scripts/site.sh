#!/usr/bin/env bash
# scripts/site.sh: the documentation as a static site, with search, in build/site, for any web server: python3 -m http.server -d build/site
. "$(dirname "$0")/common.sh"

install_packages mkdocs mkdocs-material
mkdocs build --strict --quiet
say "build/site/index.html: $(find build/site -name '*.html' | wc -l) pages"
