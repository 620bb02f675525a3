resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_security_group" "this" {
  name        = "${var.name}-cache"
  description = "Valkey, for the servers only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "from_servers" {
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = var.client_security_group
  description                  = "Valkey"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

# A primary and two replicas, one of which takes over. No cluster: the servers speak to one node, and nothing in it is the only copy of
# anything.
resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  description                = "Wake-ups, rate limits and cache of ${var.name}"
  engine                     = "valkey"
  engine_version             = "8.0"
  node_type                  = var.node_type
  parameter_group_name       = "default.valkey8"
  num_cache_clusters         = 3
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  port                       = 6379
  maintenance_window         = "sun:04:30-sun:05:30"
}
