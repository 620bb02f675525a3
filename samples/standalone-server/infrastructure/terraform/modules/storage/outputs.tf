output "bucket" {
  description = "For S3_BUCKET."
  value       = aws_s3_bucket.this.id
}

output "arn" {
  description = "The bucket."
  value       = aws_s3_bucket.this.arn
}
