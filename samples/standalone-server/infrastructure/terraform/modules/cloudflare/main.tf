# Proxied, with strict TLS, static files cached and nothing else. That the origin takes only Cloudflare's addresses is the root's part.
resource "cloudflare_dns_record" "this" {
  zone_id = var.zone_id
  name    = var.host
  type    = "CNAME"
  content = var.origin
  proxied = true
  ttl     = 1
  comment = "InsightDesk"
}

resource "cloudflare_zone_setting" "this" {
  for_each = {
    ssl              = "strict"
    min_tls_version  = "1.2"
    always_use_https = "on"
  }

  zone_id    = var.zone_id
  setting_id = each.key
  value      = each.value
}

resource "cloudflare_ruleset" "cache" {
  zone_id = var.zone_id
  name    = "InsightDesk: static files"
  kind    = "zone"
  phase   = "http_request_cache_settings"

  rules = [{
    description = "What has its content in its name"
    expression  = "(http.host eq \"${var.host}\" and starts_with(http.request.uri.path, \"/static/\"))"
    action      = "set_cache_settings"
    action_parameters = {
      cache = true
      edge_ttl = {
        mode = "respect_origin"
      }
    }
    }, {
    description = "Nothing else"
    expression  = "(http.host eq \"${var.host}\" and not starts_with(http.request.uri.path, \"/static/\"))"
    action      = "set_cache_settings"
    action_parameters = {
      cache = false
    }
  }]
}

resource "cloudflare_ruleset" "waf" {
  zone_id = var.zone_id
  name    = "InsightDesk: what no client needs"
  kind    = "zone"
  phase   = "http_request_firewall_custom"

  rules = [{
    description = "Metrics and health are not for the outside"
    expression  = "(http.host eq \"${var.host}\" and (starts_with(http.request.uri.path, \"/metrics\") or starts_with(http.request.uri.path, \"/health\")))"
    action      = "block"
  }]
}

resource "cloudflare_ruleset" "rate" {
  zone_id = var.zone_id
  name    = "InsightDesk: logins"
  kind    = "zone"
  phase   = "http_ratelimit"

  rules = [{
    description = "Twenty logins a minute from one address"
    expression  = "(http.host eq \"${var.host}\" and starts_with(http.request.uri.path, \"/api/v1/auth/\"))"
    action      = "block"
    ratelimit = {
      characteristics     = ["ip.src", "cf.colo.id"]
      period              = 60
      requests_per_period = 20
      mitigation_timeout  = 600
    }
  }]
}
