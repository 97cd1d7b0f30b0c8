# The secret without its value: `gcloud secrets versions add flyball-database-url --data-file=-` adds one, so that Terraform's
# state never holds a password.

resource "google_secret_manager_secret" "database_url" {
  secret_id = "flyball-database-url"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_iam_member" "advisor_reads_database_url" {
  secret_id = google_secret_manager_secret.database_url.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.advisor.member
}
