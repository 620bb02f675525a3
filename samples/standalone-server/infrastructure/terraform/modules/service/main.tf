locals {
  # What each role is asked for, and whether the load balancer leads to it.
  roles = {
    api    = { cpu = 1024, memory = 2048, port = 3001, public = true, secrets = true }
    web    = { cpu = 256, memory = 512, port = 3000, public = true, secrets = false }
    worker = { cpu = 512, memory = 2048, port = 8081, public = false, secrets = true }
  }
  public     = { for name, role in local.roles : name => role if role.public }
  management = 8081
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.roles

  name              = "/insightdesk/${var.name}/${each.key}"
  retention_in_days = 30
}

# -------- Who may be reached by whom

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "The load balancer, for its sources"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  for_each = { for pair in setproduct(var.balancer_sources, [80, 443]) : "${pair[0]} ${pair[1]}" => { cidr = pair[0], port = pair[1] } }

  security_group_id = aws_security_group.balancer.id
  description       = "Visitors"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id            = aws_security_group.balancer.id
  referenced_security_group_id = aws_security_group.server.id
  description                  = "Servers"
  ip_protocol                  = "-1"
}

resource "aws_security_group" "server" {
  name        = "${var.name}-server"
  description = "The servers of all roles"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "server" {
  for_each = toset(["3000", "3001", "8081"])

  security_group_id            = aws_security_group.server.id
  referenced_security_group_id = aws_security_group.balancer.id
  description                  = "The load balancer"
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.value)
  to_port                      = tonumber(each.value)
}

# Mail and webhooks go anywhere; the servers themselves refuse private addresses.
resource "aws_vpc_security_group_egress_rule" "server" {
  security_group_id = aws_security_group.server.id
  description       = "Database, cache, mail, webhooks"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

# -------- The load balancer

resource "aws_lb" "this" {
  name                       = var.name
  load_balancer_type         = "application"
  subnets                    = var.public_subnets
  security_groups            = [aws_security_group.balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.protected
}

resource "aws_lb_target_group" "this" {
  for_each = local.public

  name                 = "${var.name}-${each.key}"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = each.value.port
  deregistration_delay = 30

  health_check {
    path                = "/health/ready"
    port                = tostring(local.management)
    interval            = 5
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 2
    matcher             = "200"
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

# Who is on no rule's list, or asks for another host, gets 403.
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.this.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not for you."
      status_code  = "403"
    }
  }
}

resource "aws_lb_listener_rule" "this" {
  for_each = { api = { priority = 10, paths = ["/api", "/api/*"] }, web = { priority = 20, paths = ["/*"] } }

  listener_arn = aws_lb_listener.https.arn
  priority     = each.value.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }

  condition {
    host_header {
      values = [var.host]
    }
  }

  condition {
    path_pattern {
      values = each.value.paths
    }
  }

  dynamic "condition" {
    for_each = length(var.allowed_cidrs) > 0 ? [var.allowed_cidrs] : []

    content {
      source_ip {
        values = condition.value
      }
    }
  }
}

# -------- Name and certificate

data "aws_route53_zone" "this" {
  name = var.zone
}

resource "aws_acm_certificate" "this" {
  domain_name       = var.host
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = { for option in aws_acm_certificate.this.domain_validation_options : option.domain_name => option }

  zone_id         = data.aws_route53_zone.this.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "this" {
  zone_id = data.aws_route53_zone.this.zone_id
  name    = var.host
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}

# -------- What the servers may do

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

# Fetches the image and the secrets before the container starts.
resource "aws_iam_role" "start" {
  name               = "${var.name}-start"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy_attachment" "start" {
  role       = aws_iam_role.start.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = values(var.secret_arns)
  }
}

resource "aws_iam_role_policy" "start" {
  name   = "secrets"
  role   = aws_iam_role.start.id
  policy = data.aws_iam_policy_document.secrets.json
}

resource "aws_iam_role" "server" {
  name               = "${var.name}-server"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "server" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${var.bucket_arn}/*"]
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }
}

resource "aws_iam_role_policy" "server" {
  name   = "files"
  role   = aws_iam_role.server.id
  policy = data.aws_iam_policy_document.server.json
}

# -------- The servers

resource "aws_ecs_task_definition" "this" {
  for_each = merge(local.roles, { migrate = { cpu = 512, memory = 1024, port = local.management, public = false, secrets = true } })

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(each.value.cpu)
  memory                   = tostring(each.value.memory)
  execution_role_arn       = aws_iam_role.start.arn
  task_role_arn            = aws_iam_role.server.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = each.key
    image                  = each.key == "migrate" ? var.images["worker"] : var.images[each.key]
    command                = [each.key]
    essential              = true
    readonlyRootFilesystem = true
    user                   = "10001:10001"
    # DRAIN_DELAY and twice SHUTDOWN_GRACE, and a little.
    stopTimeout  = 60
    portMappings = [for port in distinct([each.value.port, local.management]) : { containerPort = port }]
    mountPoints  = [{ sourceVolume = "tmp", containerPath = "/tmp" }]
    environment  = [for key, value in var.settings : { name = key, value = value }]
    secrets = each.value.secrets ? [
      for key in(each.key == "migrate" ? ["DATABASE_URL"] : var.secret_settings) : {
        name      = key
        valueFrom = "${var.secret_arns[each.key == "migrate" ? "migrate" : "server"]}:${key}::"
      }
    ] : []
    healthCheck = each.key == "migrate" ? null : {
      command     = ["CMD", "/opt/insightdesk/healthcheck"]
      interval    = 15
      timeout     = 5
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this[each.key == "migrate" ? "worker" : each.key].name
        awslogs-region        = var.region
        awslogs-stream-prefix = each.key
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  for_each = local.roles

  name                               = each.key
  cluster                            = aws_ecs_cluster.this.id
  task_definition                    = aws_ecs_task_definition.this[each.key].arn
  desired_count                      = var.replicas[each.key]
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  enable_execute_command             = false

  network_configuration {
    subnets         = var.private_subnets
    security_groups = [aws_security_group.server.id]
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "load_balancer" {
    for_each = each.value.public ? [each.value.port] : []

    content {
      target_group_arn = aws_lb_target_group.this[each.key].arn
      container_name   = each.key
      container_port   = load_balancer.value
    }
  }

  depends_on = [aws_lb_listener_rule.this]

  # The autoscaler says how many.
  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_appautoscaling_target" "this" {
  for_each = { for name in ["api", "worker"] : name => var.replicas[name] }

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this[each.key].name}"
  min_capacity       = each.value
  max_capacity       = 4 * each.value
}

resource "aws_appautoscaling_policy" "this" {
  for_each = aws_appautoscaling_target.this

  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  scalable_dimension = each.value.scalable_dimension
  resource_id        = each.value.resource_id

  target_tracking_scaling_policy_configuration {
    target_value      = 70
    scale_in_cooldown = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
