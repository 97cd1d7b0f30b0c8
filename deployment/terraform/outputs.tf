output "service_url" {
  description = "The service's own address; reachable from the load balancer and from inside."
  value       = google_cloud_run_v2_service.advisor.uri
}

output "database_address" {
  description = "What DATABASE_URL has as its host."
  value       = google_compute_address.database.address
}

output "image_repository" {
  description = "Where Cloud Build pushes images."
  value       = "${google_artifact_registry_repository.images.location}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.name}"
}
