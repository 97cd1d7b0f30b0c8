# Every Google API answers on the restricted range. Names are still resolved by Cloud DNS, and what is asked is logged: a
# question is the one thing that a firewall does not hold back.

resource "google_dns_policy" "logging" {
  name           = "flyball"
  enable_logging = true

  networks {
    network_url = google_compute_network.flyball.id
  }
}

resource "google_dns_managed_zone" "googleapis" {
  name       = "flyball-googleapis"
  dns_name   = "googleapis.com."
  visibility = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.flyball.id
    }
  }
}

resource "google_dns_record_set" "restricted" {
  managed_zone = google_dns_managed_zone.googleapis.name
  name         = "restricted.googleapis.com."
  type         = "A"
  ttl          = 300
  rrdatas      = local.restricted_addresses
}

resource "google_dns_record_set" "all_googleapis" {
  managed_zone = google_dns_managed_zone.googleapis.name
  name         = "*.googleapis.com."
  type         = "CNAME"
  ttl          = 300
  rrdatas      = ["restricted.googleapis.com."]
}

# Where the identity-aware proxy publishes its keys: www.gstatic.com, one of the names beside googleapis.com that Google serves on
# these addresses.
resource "google_dns_managed_zone" "gstatic" {
  name       = "flyball-gstatic"
  dns_name   = "gstatic.com."
  visibility = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.flyball.id
    }
  }
}

resource "google_dns_record_set" "all_gstatic" {
  managed_zone = google_dns_managed_zone.gstatic.name
  name         = "*.gstatic.com."
  type         = "A"
  ttl          = 300
  rrdatas      = local.restricted_addresses
}
