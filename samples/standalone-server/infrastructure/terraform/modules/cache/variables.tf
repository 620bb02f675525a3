variable "name" {
  description = "What everything here is named after."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnets" {
  description = "Where it is, in several zones."
  type        = list(string)
}

variable "client_security_group" {
  description = "Who may connect."
  type        = string
}

variable "node_type" {
  description = "The type of its nodes."
  type        = string
}
