# The rules of variables.tf, each with a value that it refuses. Runs without any provider.
variables {
  environment  = "production"
  host         = "app.example.com"
  route53_zone = "example.com"
  images = {
    api    = "ghcr.io/insightdesk/insightdesk-api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    web    = "ghcr.io/insightdesk/insightdesk-web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    worker = "ghcr.io/insightdesk/insightdesk-worker@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
}

run "production_with_defaults" {
  command = plan
}

run "staging_with_a_list" {
  command = plan
  variables {
    environment   = "staging"
    allowed_cidrs = ["203.0.113.0/24"]
    replicas      = { api = 1, web = 1, worker = 1 }
  }
}

run "an_unknown_environment" {
  command = plan
  variables { environment = "test" }
  expect_failures = [var.environment]
}

run "a_wrong_region" {
  command = plan
  variables { region = "Frankfurt" }
  expect_failures = [var.region]
}

run "a_network_that_is_too_small" {
  command = plan
  variables { network_cidr = "10.0.0.0/24" }
  expect_failures = [var.network_cidr]
}

run "a_network_that_is_none" {
  command = plan
  variables { network_cidr = "10.0.0.0" }
  expect_failures = [var.network_cidr]
}

run "a_host_with_its_scheme" {
  command = plan
  variables {
    host         = "https://app.example.com"
    route53_zone = "example.com"
  }
  expect_failures = [var.host]
}

run "a_host_outside_of_its_zone" {
  command = plan
  variables { route53_zone = "example.org" }
  expect_failures = [var.route53_zone]
}

run "staging_for_everybody" {
  command = plan
  variables { environment = "staging" }
  expect_failures = [var.allowed_cidrs]
}

run "staging_for_the_whole_internet" {
  command = plan
  variables {
    environment   = "staging"
    allowed_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.allowed_cidrs]
}

run "an_address_that_is_no_range" {
  command = plan
  variables { allowed_cidrs = ["203.0.113.1"] }
  expect_failures = [var.allowed_cidrs]
}

run "more_ranges_than_a_rule_takes" {
  command = plan
  variables { allowed_cidrs = ["203.0.113.0/26", "203.0.113.64/26", "203.0.113.128/26", "203.0.113.192/26", "198.51.100.0/24"] }
  expect_failures = [var.allowed_cidrs]
}

run "an_image_by_its_tag" {
  command = plan
  variables {
    images = {
      api    = "ghcr.io/insightdesk/insightdesk-api:latest"
      web    = "ghcr.io/insightdesk/insightdesk-web:latest"
      worker = "ghcr.io/insightdesk/insightdesk-worker:latest"
    }
  }
  expect_failures = [var.images]
}

run "none_of_a_role" {
  command = plan
  variables {
    environment   = "staging"
    allowed_cidrs = ["203.0.113.0/24"]
    replicas      = { api = 1, web = 1, worker = 0 }
  }
  expect_failures = [var.replicas]
}

run "production_with_one_of_a_role" {
  command = plan
  variables { replicas = { api = 1, web = 2, worker = 2 } }
  expect_failures = [var.replicas]
}

run "a_class_of_no_database" {
  command = plan
  variables { database_class = "m7g.large" }
  expect_failures = [var.database_class]
}

run "a_small_disk" {
  command = plan
  variables { database_storage_gb = 10 }
  expect_failures = [var.database_storage_gb]
}

run "a_type_of_no_cache" {
  command = plan
  variables { cache_node_type = "t4g.small" }
  expect_failures = [var.cache_node_type]
}

run "a_zone_that_is_none" {
  command = plan
  variables { cloudflare_zone_id = "example.com" }
  expect_failures = [var.cloudflare_zone_id]
}

run "a_zone_without_the_ranges" {
  command = plan
  variables { cloudflare_zone_id = "0123456789abcdef0123456789abcdef" }
  expect_failures = [var.cloudflare_cidrs]
}
