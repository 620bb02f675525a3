variable "zone_id" {
  description = "The zone."
  type        = string
}

variable "host" {
  description = "The name under which it is reached."
  type        = string
}

variable "origin" {
  description = "The load balancer."
  type        = string
}
