output "database_address" {
  description = "The primary, host and port, for DATABASE_URL."
  value       = module.database.address
}

output "database_replica_address" {
  description = "The read replica, host and port, for DATABASE_READ_URL."
  value       = module.database.replica_address
}

output "database_owner_secret" {
  description = "The secret with the password of the schema's owner."
  value       = module.database.owner_secret
}

output "valkey_url" {
  description = "For VALKEY_URL."
  value       = module.cache.url
}

output "bucket" {
  description = "For S3_BUCKET."
  value       = module.storage.bucket
}

output "cluster" {
  description = "The cluster of ECS."
  value       = module.service.cluster
}

output "migrate_task" {
  description = "The task to run before a roll-out."
  value       = module.service.migrate_task
}
