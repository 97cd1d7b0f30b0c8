# What surrounds the service: its network without a way out, its database, its secrets, its accounts, and the rules that hold
# even where somebody misconfigures the service itself. The service is described in ../service.yaml and only created here.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.20, < 8.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}

data "google_project" "this" {
  project_id = var.project
}
