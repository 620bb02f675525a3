# shellcheck shell=bash disable=SC2154
# Providers cannot be had everywhere, and validate wants them; so: Terraform's own eyes for the form and for the variables, which need none,
# tflint's rules, and the providers' schemas from the type definitions of the CDK's bindings.
terraform=$kit/terraform
terraform_format() {
  need_tool terraform "install Terraform 1.9 or newer" || return
  terraform fmt -check -diff -recursive "$terraform" && echo "$(find "$terraform" -name '*.tf' | wc -l) files"
}
terraform_variables() {
  need_tool terraform "install Terraform 1.9 or newer" || return
  mkdir -p "$scratch/variables"
  cp -r "$terraform/variables.tf" "$terraform/tests" "$scratch/variables/"
  (cd "$scratch/variables" && terraform init -no-color -backend=false && terraform test -no-color) >"$scratch/tested" 2>&1 \
    || { cat "$scratch/tested"; return 1; }
  grep -q 'Success! [1-9][0-9]* passed, 0 failed' "$scratch/tested" || { cat "$scratch/tested"; return 1; }
  # Each rule of each variable is refused by some run.
  local rules refusals
  rules=$(grep -cE '^  validation \{' "$terraform/variables.tf") refusals=$(grep -cE 'expect_failures' "$terraform"/tests/*.hcl)
  [ "$refusals" -ge "$rules" ] || { echo "$rules rules of variables, and only $refusals runs that are refused" >&2; return 1; }
  grep -oE '[0-9]+ passed' "$scratch/tested"
}
terraform_lint() {
  need_go tflint github.com/terraform-linters/tflint@v0.64.0 || return
  cat >"$scratch/tflint.hcl" <<'HCL'
plugin "terraform" {
  enabled = true
  preset  = "all"
}
HCL
  "$go/tflint@v0.64.0" --recursive --config "$scratch/tflint.hcl" --chdir "$terraform" && echo "all rules of its Terraform set"
}
terraform_schema() {
  need_cdktf || return
  NODE_PATH=$cache/cdktf/node_modules node "$helpers/terraform-schema.cjs" "$cache/cdktf" "$terraform"
}
check "Terraform: format" terraform_format
check "Terraform: rules of the variables" terraform_variables
check "Terraform: tflint" terraform_lint
check "Terraform: arguments, blocks and references" terraform_schema
