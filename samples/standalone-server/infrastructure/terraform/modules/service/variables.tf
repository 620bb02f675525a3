variable "name" {
  description = "What everything here is named after."
  type        = string
}

variable "region" {
  description = "The region of AWS."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "public_subnets" {
  description = "Where the load balancer is."
  type        = list(string)
}

variable "private_subnets" {
  description = "Where the servers are."
  type        = list(string)
}

variable "balancer_sources" {
  description = "From where the load balancer is reached at all."
  type        = list(string)
}

variable "allowed_cidrs" {
  description = "Who gets more than 403; empty: everybody."
  type        = list(string)
}

variable "host" {
  description = "The name under which it is reached."
  type        = string
}

variable "zone" {
  description = "The zone of Route 53."
  type        = string
}

variable "images" {
  description = "The image of each role, by digest."
  type        = map(string)
}

variable "replicas" {
  description = "How many of each role run."
  type        = map(number)
}

variable "settings" {
  description = "Settings that are no secrets."
  type        = map(string)
}

variable "secret_settings" {
  description = "Settings that are keys of the secret server."
  type        = list(string)
}

variable "secret_arns" {
  description = "The secrets server and migrate."
  type        = map(string)
}

variable "bucket_arn" {
  description = "The bucket for files."
  type        = string
}

variable "protected" {
  description = "Whether the load balancer cannot be deleted."
  type        = bool
}
