terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.0"
    }
  }

  # Where the state is kept is said at init: -backend-config=bucket=… key=insightdesk/ENVIRONMENT region=… use_lockfile=true
  backend "s3" {
    encrypt = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "insightdesk"
      Environment = var.environment
    }
  }
}

# With the token of CLOUDFLARE_API_TOKEN; not asked where there is no zone.
provider "cloudflare" {}
