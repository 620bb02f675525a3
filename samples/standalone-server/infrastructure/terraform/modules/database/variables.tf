variable "name" {
  description = "What everything here is named after."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnets" {
  description = "Where the database is, in several zones."
  type        = list(string)
}

variable "client_security_group" {
  description = "Who may connect."
  type        = string
}

variable "class" {
  description = "The class of its machines."
  type        = string
}

variable "storage_gb" {
  description = "How much room it has at first."
  type        = number
}

variable "protected" {
  description = "Whether it has a stand-by in another zone and cannot be deleted."
  type        = bool
}
