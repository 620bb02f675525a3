# The places for secrets. What is in them is put there by an operator and is not in the state:
#   aws secretsmanager put-secret-value --secret-id insightdesk/production/server --secret-string file://server.json
resource "aws_secretsmanager_secret" "this" {
  for_each = var.names

  name                    = "${var.prefix}/${each.key}"
  description             = each.value
  recovery_window_in_days = 14
}
