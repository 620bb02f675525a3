output "address" {
  description = "The primary, host and port."
  value       = aws_db_instance.primary.endpoint
}

output "replica_address" {
  description = "The read replica, host and port."
  value       = aws_db_instance.replica.endpoint
}

output "owner_secret" {
  description = "The secret with the password of the owner."
  value       = aws_db_instance.primary.master_user_secret[0].secret_arn
}
