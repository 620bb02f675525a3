resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "PostgreSQL, for the servers only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "from_servers" {
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = var.client_security_group
  description                  = "PostgreSQL"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # Statements that take longer than half a second are in the log, as the alert SlowDatabaseQueries has it.
  parameter {
    name  = "log_min_duration_statement"
    value = "500"
  }

  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements"
    apply_method = "pending-reboot"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# The password is made and rotated by AWS, and is in Secrets Manager only: not in here, and not in the state.
resource "aws_db_instance" "primary" {
  identifier                      = var.name
  engine                          = "postgres"
  engine_version                  = "17"
  instance_class                  = var.class
  allocated_storage               = var.storage_gb
  max_allocated_storage           = 4 * var.storage_gb
  storage_type                    = "gp3"
  storage_encrypted               = true
  db_name                         = "insightdesk"
  username                        = "insightdesk_owner"
  manage_master_user_password     = true
  multi_az                        = var.protected
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  parameter_group_name            = aws_db_parameter_group.this.name
  publicly_accessible             = false
  auto_minor_version_upgrade      = true
  backup_retention_period         = 14
  backup_window                   = "02:00-03:00"
  maintenance_window              = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot           = true
  deletion_protection             = var.protected
  skip_final_snapshot             = !var.protected
  final_snapshot_identifier       = "${var.name}-final"
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  performance_insights_enabled    = true
}

resource "aws_db_instance" "replica" {
  identifier                   = "${var.name}-replica"
  replicate_source_db          = aws_db_instance.primary.identifier
  instance_class               = var.class
  storage_encrypted            = true
  vpc_security_group_ids       = [aws_security_group.this.id]
  parameter_group_name         = aws_db_parameter_group.this.name
  publicly_accessible          = false
  auto_minor_version_upgrade   = true
  skip_final_snapshot          = true
  performance_insights_enabled = true
}
