output "record" {
  description = "The record."
  value       = cloudflare_dns_record.this.id
}
