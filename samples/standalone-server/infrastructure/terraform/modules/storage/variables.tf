variable "name" {
  description = "The name of the bucket."
  type        = string
}
