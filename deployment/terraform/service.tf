# The service, from ../service.yaml: Terraform creates it, and from then on Cloud Build brings revisions in the same form. What
# a release changes (image, revision, traffic) is not touched again; everything else that differs is put back.

locals {
  service = yamldecode(templatefile("${path.module}/../service.yaml", {
    service                 = "flyball-advisor"
    revision                = "flyball-advisor-first"
    region                  = var.region
    image                   = var.image
    network                 = google_compute_network.flyball.name
    subnetwork              = google_compute_subnetwork.run.name
    network_tag             = local.network_tag
    service_account         = google_service_account.advisor.email
    project                 = var.project
    proxy_audience          = var.proxy_audience
    people_secret           = google_secret_manager_secret.people.secret_id
    database_secret         = google_secret_manager_secret.database_url.secret_id
    database_secret_version = var.database_secret_version
    traffic                 = "[]"
  }))

  revision    = local.service.spec.template
  annotations = local.revision.metadata.annotations
  container   = one(local.revision.spec.containers)
  interface   = one(jsondecode(local.annotations["run.googleapis.com/network-interfaces"]))

  execution_environments = { gen1 = "EXECUTION_ENVIRONMENT_GEN1" }
  egress                 = { all-traffic = "ALL_TRAFFIC" }
  ingress                = { internal-and-cloud-load-balancing = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" }
}

resource "google_cloud_run_v2_service" "advisor" {
  name                = local.service.metadata.name
  location            = var.region
  ingress             = local.ingress[local.service.metadata.annotations["run.googleapis.com/ingress"]]
  deletion_protection = true

  binary_authorization {
    use_default = local.service.metadata.annotations["run.googleapis.com/binary-authorization"] == "default"
  }

  template {
    execution_environment            = local.execution_environments[local.annotations["run.googleapis.com/execution-environment"]]
    service_account                  = local.revision.spec.serviceAccountName
    timeout                          = "${local.revision.spec.timeoutSeconds}s"
    max_instance_request_concurrency = local.revision.spec.containerConcurrency

    scaling {
      min_instance_count = tonumber(local.annotations["autoscaling.knative.dev/minScale"])
      max_instance_count = tonumber(local.annotations["autoscaling.knative.dev/maxScale"])
    }

    vpc_access {
      egress = local.egress[local.annotations["run.googleapis.com/vpc-access-egress"]]

      network_interfaces {
        network    = local.interface.network
        subnetwork = local.interface.subnetwork
        tags       = local.interface.tags
      }
    }

    dynamic "volumes" {
      for_each = local.revision.spec.volumes

      content {
        name = volumes.value.name

        secret {
          secret = volumes.value.secret.secretName

          items {
            path    = one(volumes.value.secret.items).path
            version = one(volumes.value.secret.items).key
          }
        }
      }
    }

    containers {
      name  = local.container.name
      image = local.container.image

      ports {
        name           = one(local.container.ports).name
        container_port = one(local.container.ports).containerPort
      }

      resources {
        limits            = local.container.resources.limits
        cpu_idle          = local.annotations["run.googleapis.com/cpu-throttling"] == "true"
        startup_cpu_boost = local.annotations["run.googleapis.com/startup-cpu-boost"] == "true"
      }

      dynamic "env" {
        for_each = { for each in local.container.env : each.name => each }

        content {
          name  = env.key
          value = try(env.value.value, null)

          dynamic "value_source" {
            for_each = try([env.value.valueFrom.secretKeyRef], [])

            content {
              secret_key_ref {
                secret  = value_source.value.name
                version = value_source.value.key
              }
            }
          }
        }
      }

      dynamic "volume_mounts" {
        for_each = local.container.volumeMounts

        content {
          name       = volume_mounts.value.name
          mount_path = volume_mounts.value.mountPath
        }
      }

      startup_probe {
        period_seconds    = local.container.startupProbe.periodSeconds
        timeout_seconds   = local.container.startupProbe.timeoutSeconds
        failure_threshold = local.container.startupProbe.failureThreshold

        http_get {
          path = local.container.startupProbe.httpGet.path
          port = local.container.startupProbe.httpGet.port
        }
      }

      liveness_probe {
        period_seconds    = local.container.livenessProbe.periodSeconds
        timeout_seconds   = local.container.livenessProbe.timeoutSeconds
        failure_threshold = local.container.livenessProbe.failureThreshold

        http_get {
          path = local.container.livenessProbe.httpGet.path
          port = local.container.livenessProbe.httpGet.port
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [
      client,
      client_version,
      template[0].containers[0].image,
      template[0].labels,
      template[0].revision,
      traffic,
    ]
  }

  depends_on = [
    google_binary_authorization_policy.attested_only,
    google_compute_firewall.deny_egress,
    google_org_policy_policy.allowed,
    google_secret_manager_secret_iam_member.advisor_reads_database_url,
    google_secret_manager_secret_iam_member.advisor_reads_people,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "invokers" {
  for_each = toset(var.invokers)

  name     = google_cloud_run_v2_service.advisor.name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value
}
