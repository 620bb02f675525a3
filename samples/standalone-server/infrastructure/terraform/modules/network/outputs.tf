output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "public_subnets" {
  description = "Where the load balancer is."
  value       = aws_subnet.public[*].id
}

output "private_subnets" {
  description = "Where everything else is."
  value       = aws_subnet.private[*].id
}
