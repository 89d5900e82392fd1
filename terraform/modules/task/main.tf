# One command of the image as a task of Fargate, and the schedules that start it.

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.platform.name}-${var.name}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  task_role_arn            = var.role_arn
  execution_role_arn       = var.platform.execution_role_arn
  tags                     = { Component = var.component }

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.platform.architecture
  }

  # What little is written outside of the lake; gone with the task.
  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = var.name
    image                  = var.platform.image
    essential              = true
    command                = var.command
    environment            = [for name in sort(keys(var.environment)) : { name = name, value = var.environment[name] }]
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    # The longest that Fargate allows, and what Spot gives notice of: a run saves what it has well within.
    stopTimeout = 120
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.log_group
        awslogs-region        = var.platform.region
        awslogs-stream-prefix = "run"
      }
    }
  }])
}

resource "aws_scheduler_schedule" "this" {
  for_each = var.schedules

  name                         = "${var.platform.name}-${each.key}"
  description                  = each.value.description
  group_name                   = var.platform.schedule_group
  state                        = var.platform.enabled ? "ENABLED" : "DISABLED"
  schedule_expression          = each.value.expression
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode                      = each.value.flexible_minutes > 0 ? "FLEXIBLE" : "OFF"
    maximum_window_in_minutes = each.value.flexible_minutes > 0 ? each.value.flexible_minutes : null
  }

  target {
    arn      = var.platform.cluster_arn
    role_arn = var.platform.scheduler_role_arn

    # For starts alone. A run that fails is not repeated: the next one goes on where it ended.
    retry_policy {
      maximum_retry_attempts       = 5
      maximum_event_age_in_seconds = 3600
    }

    dead_letter_config {
      arn = var.platform.dead_letter_arn
    }

    ecs_parameters {
      task_definition_arn    = aws_ecs_task_definition.this.arn
      task_count             = 1
      platform_version       = "LATEST"
      propagate_tags         = "TASK_DEFINITION"
      enable_execute_command = false

      capacity_provider_strategy {
        capacity_provider = each.value.spot ? "FARGATE_SPOT" : "FARGATE"
        weight            = 1
        base              = 0
      }

      network_configuration {
        subnets          = var.platform.subnet_ids
        security_groups  = var.platform.security_group_ids
        assign_public_ip = true
      }
    }
  }
}
