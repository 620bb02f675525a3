output "url" {
  description = "For VALKEY_URL."
  value       = "valkeys://${aws_elasticache_replication_group.this.primary_endpoint_address}:6379"
}
