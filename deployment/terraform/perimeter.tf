# Who holds a stolen token of the service's account cannot use it from outside, and who is inside cannot copy data to a project
# outside. Try it in dry-run mode first (use_explicit_dry_run_spec) where the project is already in use.

resource "google_access_context_manager_service_perimeter" "flyball" {
  parent         = "accessPolicies/${var.access_policy}"
  name           = "accessPolicies/${var.access_policy}/servicePerimeters/flyball"
  title          = "flyball"
  perimeter_type = "PERIMETER_TYPE_REGULAR"

  status {
    resources = ["projects/${data.google_project.this.number}"]

    restricted_services = [
      "aiplatform.googleapis.com",
      "artifactregistry.googleapis.com",
      "binaryauthorization.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudkms.googleapis.com",
      "containeranalysis.googleapis.com",
      "logging.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
      "sqladmin.googleapis.com",
      "storage.googleapis.com",
    ]

    # From inside, only what the perimeter guards.
    vpc_accessible_services {
      enable_restriction = true
      allowed_services   = ["RESTRICTED-SERVICES"]
    }
  }
}
