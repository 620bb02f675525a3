variable "environment" {
  description = "Which of the environments this is."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment is staging or production."
  }
}

variable "region" {
  description = "The region of AWS."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region looks like eu-central-1."
  }
}

variable "network_cidr" {
  description = "The addresses of the network; the reference in kubernetes/ has the same."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrhost(var.network_cidr, 0)) && try(tonumber(split("/", var.network_cidr)[1]) <= 20, false)
    error_message = "The network is a range such as 10.0.0.0/16, with room for six subnets: a prefix of 20 or less."
  }
}

variable "host" {
  description = "The name under which the service is reached."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.host))
    error_message = "The host is a name such as app.example.com, without https://."
  }
}

variable "route53_zone" {
  description = "The zone of Route 53 that the host is in, with its own name: example.com."
  type        = string

  validation {
    condition     = endswith(var.host, ".${var.route53_zone}") || var.host == var.route53_zone
    error_message = "The host has to be in the zone."
  }
}

variable "allowed_cidrs" {
  description = "Who may use the service; others get 403. Empty: everybody, which staging refuses."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for c in var.allowed_cidrs : can(cidrhost(c, 0))])
    error_message = "Each is a range such as 203.0.113.0/24."
  }

  validation {
    condition     = length(var.allowed_cidrs) <= 4
    error_message = "A rule of the load balancer takes no more than four ranges beside the host."
  }

  validation {
    condition     = var.environment != "staging" || (length(var.allowed_cidrs) > 0 && !contains(var.allowed_cidrs, "0.0.0.0/0"))
    error_message = "Staging is not for everybody: say from where it may be reached."
  }
}

variable "images" {
  description = "The images of the roles, by digest."
  type = object({
    api    = string
    web    = string
    worker = string
  })

  validation {
    condition     = alltrue([for i in values(var.images) : can(regex("^[a-z0-9./-]+@sha256:[0-9a-f]{64}$", i))])
    error_message = "An image is named by its digest: ghcr.io/insightdesk/insightdesk-api@sha256:… with 64 digits."
  }
}

variable "replicas" {
  description = "How many of each role run."
  type = object({
    api    = number
    web    = number
    worker = number
  })
  default = {
    api    = 3
    web    = 3
    worker = 2
  }

  validation {
    condition     = alltrue([for n in values(var.replicas) : n >= 1 && n <= 50 && floor(n) == n])
    error_message = "Of each role there are 1 to 50."
  }

  validation {
    condition     = var.environment != "production" || (var.replicas.api >= 2 && var.replicas.web >= 2 && var.replicas.worker >= 2)
    error_message = "In production one of a role is none while it is replaced: at least two."
  }
}

variable "database_class" {
  description = "The class of the database's machines."
  type        = string
  default     = "db.m7g.large"

  validation {
    condition     = startswith(var.database_class, "db.")
    error_message = "A class looks like db.m7g.large."
  }
}

variable "database_storage_gb" {
  description = "How much room the database has at first; it grows to four times as much."
  type        = number
  default     = 100

  validation {
    condition     = var.database_storage_gb >= 20 && var.database_storage_gb <= 16384 && floor(var.database_storage_gb) == var.database_storage_gb
    error_message = "Between 20 and 16384 GB."
  }
}

variable "cache_node_type" {
  description = "The type of the Valkey's nodes."
  type        = string
  default     = "cache.t4g.small"

  validation {
    condition     = startswith(var.cache_node_type, "cache.")
    error_message = "A type looks like cache.t4g.small."
  }
}

variable "cloudflare_zone_id" {
  description = "The zone of Cloudflare that stands before the load balancer; empty for none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([0-9a-f]{32})?$", var.cloudflare_zone_id))
    error_message = "The id of a zone has 32 hexadecimal digits."
  }
}

variable "cloudflare_cidrs" {
  description = "Cloudflare's own ranges (https://www.cloudflare.com/ips/), from which alone the load balancer is then reached."
  type        = list(string)
  default     = []

  validation {
    condition     = var.cloudflare_zone_id == "" || length(var.cloudflare_cidrs) > 0
    error_message = "With a zone of Cloudflare its ranges are needed, or everybody could go around it."
  }
}
