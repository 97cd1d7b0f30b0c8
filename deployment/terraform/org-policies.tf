# What holds whoever deploys, and whatever a revision asks for.

locals {
  allowed_values = {
    "run.allowedIngress"                     = ["internal-and-cloud-load-balancing"]
    "run.allowedVPCEgress"                   = ["all-traffic"]
    "run.allowedBinaryAuthorizationPolicies" = ["default"]
  }

  enforced = [
    "iam.automaticIamGrantsForDefaultServiceAccounts",
    "iam.disableServiceAccountKeyCreation",
    "sql.restrictPublicIp",
  ]
}

resource "google_org_policy_policy" "allowed" {
  for_each = local.allowed_values

  name   = "projects/${var.project}/policies/${each.key}"
  parent = "projects/${var.project}"

  spec {
    rules {
      values {
        allowed_values = each.value
      }
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_org_policy_policy" "enforced" {
  for_each = toset(local.enforced)

  name   = "projects/${var.project}/policies/${each.value}"
  parent = "projects/${var.project}"

  spec {
    rules {
      enforce = "TRUE"
    }
  }

  depends_on = [google_project_service.needed]
}
