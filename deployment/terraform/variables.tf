variable "project" {
  description = "The project that holds everything. One for each environment."
  type        = string
}

variable "region" {
  description = "Where service, database and keys are."
  type        = string
  default     = "europe-west3"
}

variable "access_policy" {
  description = "Number of the organisation's access policy, under which the perimeter is made."
  type        = string

  validation {
    condition     = can(regex("^[0-9]+$", var.access_policy))
    error_message = "The access policy is named by its number; gcloud access-context-manager policies list shows it."
  }
}

variable "image" {
  description = "The first image, by digest. Every later one is brought by Cloud Build."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "The image must be named by digest: a tag can be moved."
  }
}

variable "proxy_audience" {
  description = "The aud of the identity-aware proxy's assertions: /projects/NUMBER/global/backendServices/ID of the load balancer's backend."
  type        = string

  validation {
    condition     = can(regex("^/projects/[0-9]+/(global/backendServices/[0-9]+|locations/[-a-z0-9]+/services/[-a-z0-9]+)$", var.proxy_audience))
    error_message = "The audience is shown in the console beside the backend: Get JWT audience code."
  }
}

variable "database_secret_version" {
  description = "Number of the version of the secret that holds DATABASE_URL. Added by hand, so that no password is in Terraform's state."
  type        = string

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.database_secret_version))
    error_message = "Name a version by its number: latest can change under a running revision."
  }
}

variable "database_tier" {
  description = "Size of the database."
  type        = string
  default     = "db-custom-2-7680"
}

variable "invokers" {
  description = "Who may reach the service at all, before its own tokens are looked at: the service agent of the load balancer's identity-aware proxy, say."
  type        = list(string)

  validation {
    condition     = alltrue([for member in var.invokers : !contains(["allUsers", "allAuthenticatedUsers"], member)])
    error_message = "Nobody unknown may reach the service: name accounts or groups."
  }
}
