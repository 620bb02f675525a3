# shellcheck shell=bash disable=SC2154
register() {
  sed -nE 's/^check "([^"]+)".*/\1/p' "$helpers"/*.sh >"$scratch/checks"
  python3 "$helpers/register.py" . "$scratch/checks"
}
check "register: site/operations/kit.md" register
