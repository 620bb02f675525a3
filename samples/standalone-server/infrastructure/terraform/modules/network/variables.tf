variable "name" {
  description = "What everything here is named after."
  type        = string
}

variable "cidr" {
  description = "The addresses of the network."
  type        = string
}
