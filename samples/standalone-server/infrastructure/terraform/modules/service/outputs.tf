output "server_security_group" {
  description = "The group of the servers."
  value       = aws_security_group.server.id
}

output "balancer_name" {
  description = "The name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "cluster" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.name
}

output "migrate_task" {
  description = "The task that migrates, to be run before a roll-out."
  value       = aws_ecs_task_definition.this["migrate"].arn
}
