# A network without a way out. Everything that the service sends goes through it (all-traffic, in ../service.yaml), and from it
# two places can be reached: Google's APIs on the restricted range, which VPC Service Controls guards, and the database inside.
# Three things have to be undone before a packet reaches the internet: the rule that denies, the missing route, the missing NAT.

locals {
  network_tag = "flyball-advisor"
  # restricted.googleapis.com: only APIs that VPC Service Controls can guard.
  restricted_range     = "199.36.153.4/30"
  restricted_addresses = ["199.36.153.4", "199.36.153.5", "199.36.153.6", "199.36.153.7"]
}

resource "google_compute_network" "flyball" {
  name                            = "flyball"
  auto_create_subnetworks         = false
  delete_default_routes_on_create = true
  depends_on                      = [google_project_service.needed]
}

resource "google_compute_subnetwork" "run" {
  name                     = "flyball-run"
  network                  = google_compute_network.flyball.id
  region                   = var.region
  ip_cidr_range            = "10.8.0.0/24"
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = 1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# The name of the next hop is misleading: with this destination, packets stay in Google's network.
resource "google_compute_route" "restricted" {
  name             = "flyball-restricted-google-apis"
  network          = google_compute_network.flyball.id
  dest_range       = local.restricted_range
  next_hop_gateway = "default-internet-gateway"
}

resource "google_compute_firewall" "deny_egress" {
  name               = "flyball-deny-egress"
  network            = google_compute_network.flyball.id
  direction          = "EGRESS"
  priority           = 65534
  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}

# The one way out of the network.
resource "google_compute_firewall" "allow_restricted_google" {
  name               = "flyball-allow-restricted-google"
  network            = google_compute_network.flyball.id
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = [local.restricted_range]
  target_tags        = [local.network_tag]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

# Not a way out: the database's address is in this network.
resource "google_compute_firewall" "allow_database" {
  name               = "flyball-allow-database"
  network            = google_compute_network.flyball.id
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = ["${google_compute_address.database.address}/32"]
  target_tags        = [local.network_tag]

  allow {
    protocol = "tcp"
    ports    = ["5432"]
  }
}

resource "google_compute_firewall" "deny_ingress" {
  name          = "flyball-deny-ingress"
  network       = google_compute_network.flyball.id
  direction     = "INGRESS"
  priority      = 65534
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}
