# Cloud Run starts an image only if this project's build has signed it.

resource "google_artifact_registry_repository" "images" {
  location      = var.region
  repository_id = "flyball"
  format        = "DOCKER"

  docker_config {
    immutable_tags = true
  }

  depends_on = [google_project_service.needed]
}

resource "google_kms_key_ring" "flyball" {
  name       = "flyball"
  location   = var.region
  depends_on = [google_project_service.needed]
}

resource "google_kms_crypto_key" "attestor" {
  name     = "attestor"
  key_ring = google_kms_key_ring.flyball.id
  purpose  = "ASYMMETRIC_SIGN"

  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = "HSM"
  }

  lifecycle {
    prevent_destroy = true
  }
}

data "google_kms_crypto_key_version" "attestor" {
  crypto_key = google_kms_crypto_key.attestor.id
}

resource "google_container_analysis_note" "build" {
  name = "flyball-build"

  attestation_authority {
    hint {
      human_readable_name = "Built and tested by flyball's Cloud Build"
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_binary_authorization_attestor" "build" {
  name = "flyball-build"

  attestation_authority_note {
    note_reference = google_container_analysis_note.build.name

    public_keys {
      id = data.google_kms_crypto_key_version.attestor.id

      pkix_public_key {
        public_key_pem      = data.google_kms_crypto_key_version.attestor.public_key[0].pem
        signature_algorithm = data.google_kms_crypto_key_version.attestor.public_key[0].algorithm
      }
    }
  }
}

resource "google_binary_authorization_policy" "attested_only" {
  global_policy_evaluation_mode = "ENABLE"

  default_admission_rule {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [google_binary_authorization_attestor.build.name]
  }
}
