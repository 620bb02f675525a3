# shellcheck shell=bash disable=SC2154
# All shell scripts of the repository, and all YAML of the kit.
shell_scripts() {
  need_python || return
  local scripts
  mapfile -t scripts < <(git ls-files -co --exclude-standard | while read -r f; do
    [ -f "$f" ] && { [[ $f == *.sh ]] || head -c 64 "$f" | grep -qaE '^#!.*[/ ](ba)?sh( |$)'; } && echo "$f"
  done)
  "$py/shellcheck" -x -P SCRIPTDIR -S warning "${scripts[@]}" && echo "${#scripts[@]} scripts"
}
yaml_files() {
  need_python || return
  local files
  mapfile -t files < <(git ls-files -co --exclude-standard "$kit" .github docker-compose.yml | grep -E '\.ya?ml$')
  "$py/yamllint" -s -d '{extends: default, rules: {document-start: disable, line-length: disable, comments: {min-spaces-from-content: 1},
    braces: {max-spaces-inside: 1}, indentation: {indent-sequences: consistent}, truthy: {check-keys: false}}}' "${files[@]}" \
    && echo "${#files[@]} files"
}
check "shellcheck" shell_scripts
check "yamllint" yaml_files
