# The secrets without their values: `gcloud secrets versions add flyball-database-url --data-file=-` adds one, so that Terraform's
# state never holds a password. The people are no secret in the strict sense, but who may do what is not everybody's to read.

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

resource "google_secret_manager_secret" "people" {
  secret_id = "flyball-people"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_iam_member" "advisor_reads_people" {
  secret_id = google_secret_manager_secret.people.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.advisor.member
}
