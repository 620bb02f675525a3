# A reference for AWS: one environment, in a state of its own. The order: apply; put the secrets into their places (modules/secrets); run the
# task migrate; the servers then start.
locals {
  name      = "insightdesk-${var.environment}"
  protected = var.environment == "production"
  proxied   = var.cloudflare_zone_id != ""
}

module "network" {
  source = "./modules/network"

  name = local.name
  cidr = var.network_cidr
}

module "database" {
  source = "./modules/database"

  name                  = local.name
  vpc_id                = module.network.vpc_id
  subnets               = module.network.private_subnets
  client_security_group = module.service.server_security_group
  class                 = var.database_class
  storage_gb            = var.database_storage_gb
  protected             = local.protected
}

module "cache" {
  source = "./modules/cache"

  name                  = local.name
  vpc_id                = module.network.vpc_id
  subnets               = module.network.private_subnets
  client_security_group = module.service.server_security_group
  node_type             = var.cache_node_type
}

data "aws_caller_identity" "current" {}

module "storage" {
  source = "./modules/storage"

  name = "${local.name}-${data.aws_caller_identity.current.account_id}"
}

module "secrets" {
  source = "./modules/secrets"

  prefix = "insightdesk/${var.environment}"
  names = {
    server  = "Settings of the servers that are secret, as one JSON object"
    migrate = "DATABASE_URL of the schema's owner"
    backup  = "BACKUP_DATABASE_URL and BACKUP_RECIPIENT"
    metrics = "METRICS_TOKEN, for Prometheus"
  }
}

module "service" {
  source = "./modules/service"

  name            = local.name
  region          = var.region
  vpc_id          = module.network.vpc_id
  public_subnets  = module.network.public_subnets
  private_subnets = module.network.private_subnets
  # Behind Cloudflare nobody gets around it; the list is then Cloudflare's business, for it alone sees the client.
  balancer_sources = local.proxied ? var.cloudflare_cidrs : ["0.0.0.0/0"]
  allowed_cidrs    = local.proxied ? [] : var.allowed_cidrs
  host             = var.host
  zone             = var.route53_zone
  images           = var.images
  replicas         = var.replicas
  secret_arns      = module.secrets.arns
  bucket_arn       = module.storage.arn
  protected        = local.protected
  secret_settings  = ["DATABASE_URL", "VALKEY_URL", "JWT_SECRET", "ENCRYPTION_KEY", "METRICS_TOKEN", "SMTP_HOST", "SMTP_USER", "SMTP_PASS"]

  # The bucket is reached with the role of the task: there are no S3_ACCESS_KEY and S3_SECRET_KEY.
  settings = {
    APP_ENV         = var.environment
    APP_URL         = "https://${var.host}"
    API_URL         = "https://${var.host}"
    MANAGEMENT_PORT = "8081"
    DRAIN_DELAY     = "10s"
    SHUTDOWN_GRACE  = "20s"
    TRUSTED_PROXIES = var.network_cidr
    BLOB_STORE      = "s3"
    S3_BUCKET       = module.storage.bucket
    S3_REGION       = var.region
    LOG_LEVEL       = "info"
    MAIL_FROM       = "support@${var.host}"
    SMTP_PORT       = "587"
    SMTP_SECURITY   = "starttls"
  }
}

module "cloudflare" {
  source = "./modules/cloudflare"
  count  = local.proxied ? 1 : 0

  zone_id = var.cloudflare_zone_id
  host    = var.host
  origin  = module.service.balancer_name
}
