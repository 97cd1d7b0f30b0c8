# PostgreSQL without an address of its own on any network. It is reached through one address in ours (Private Service Connect),
# so the firewall can name it exactly.

resource "google_sql_database_instance" "governor" {
  name                = "flyball-governor"
  database_version    = "POSTGRES_17"
  region              = var.region
  deletion_protection = true

  settings {
    tier                        = var.database_tier
    edition                     = "ENTERPRISE"
    availability_type           = "REGIONAL"
    deletion_protection_enabled = true
    disk_autoresize             = true

    ip_configuration {
      ipv4_enabled = false
      ssl_mode     = "ENCRYPTED_ONLY"

      psc_config {
        psc_enabled               = true
        allowed_consumer_projects = [var.project]
      }
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
    }

    # An acknowledged decision is on disk. These are the defaults, written down so that nobody turns them off unseen.
    database_flags {
      name  = "synchronous_commit"
      value = "on"
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_sql_database" "governor" {
  name     = "governor"
  instance = google_sql_database_instance.governor.name
}

resource "google_compute_address" "database" {
  name         = "flyball-database"
  region       = var.region
  subnetwork   = google_compute_subnetwork.run.id
  address_type = "INTERNAL"
}

resource "google_compute_forwarding_rule" "database" {
  name                  = "flyball-database"
  region                = var.region
  network               = google_compute_network.flyball.id
  ip_address            = google_compute_address.database.id
  load_balancing_scheme = ""
  target                = google_sql_database_instance.governor.psc_service_attachment_link
}
