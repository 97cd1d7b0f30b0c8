# Two accounts. The service's may read two secrets and ask a model, and nothing else: its logs are standard output, its database
# knows a password.
# The build's may do what a release does, on the things that a release touches.

resource "google_service_account" "advisor" {
  account_id   = "flyball-advisor"
  display_name = "The governed advisor, as it runs"
}

resource "google_service_account" "build" {
  account_id   = "flyball-build"
  display_name = "Cloud Build: tests, builds, signs and deploys the advisor"
}

resource "google_project_iam_member" "advisor_asks_models" {
  project = var.project
  role    = "roles/aiplatform.user"
  member  = google_service_account.advisor.member
}

resource "google_project_iam_member" "build_writes_logs" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build_pushes" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_cloud_run_v2_service_iam_member" "build_deploys" {
  name     = google_cloud_run_v2_service.advisor.name
  location = var.region
  role     = "roles/run.developer"
  member   = google_service_account.build.member
}

# For the check of a revision that has no traffic yet.
resource "google_cloud_run_v2_service_iam_member" "build_checks" {
  name     = google_cloud_run_v2_service.advisor.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.build.member
}

resource "google_service_account_iam_member" "build_deploys_as_advisor" {
  service_account_id = google_service_account.advisor.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.build.member
}

resource "google_kms_crypto_key_iam_member" "build_signs" {
  crypto_key_id = google_kms_crypto_key.attestor.id
  role          = "roles/cloudkms.signerVerifier"
  member        = google_service_account.build.member
}

resource "google_binary_authorization_attestor_iam_member" "build_sees_attestor" {
  attestor = google_binary_authorization_attestor.build.name
  role     = "roles/binaryauthorization.attestorsViewer"
  member   = google_service_account.build.member
}

# Attestations and the SBOM are notes and occurrences.
resource "google_project_iam_member" "build_attaches" {
  for_each = toset(["roles/containeranalysis.notes.attacher", "roles/containeranalysis.occurrences.editor"])

  project = var.project
  role    = each.value
  member  = google_service_account.build.member
}
