# What wakes somebody. Runs are hours apart, so each alarm says what no data means:
#   breaching     silence is the fault itself (no run, stale data)
#   notBreaching  no news is good news (a gap, quarantine): an hour with the fault alarms, the next one without ends it
#   ignore        nothing new is known, the state stays (failures in a row)

locals {
  hour = 3600

  by_exchange = merge([for exchange in var.exchanges : {
    "stale-data-${exchange}" = {
      description = "No sign within ${var.silent_hours} hours that the newest trade is younger than ${var.late_hours} hours."
      metric      = "WatermarkLag"
      dimensions  = { Exchange = exchange }
      statistic   = "Maximum"
      threshold   = var.late_hours * local.hour
      periods     = var.silent_hours
      missing     = "breaching"
    }
    "gap-${exchange}" = {
      description = "The exchange's own history has a hole, seen for the first time."
      metric      = "GapsSeen"
      dimensions  = { Exchange = exchange }
    }
    # A breaker that a probe finds still shut opens again, for twice as long: five times are at least eight minutes.
    "breaker-open-${exchange}" = {
      description = "The circuit breaker was open for most of an hour: the exchange refuses or does not answer."
      metric      = "BreakerOpened"
      dimensions  = { Exchange = exchange }
      threshold   = 4
    }
    "quarantine-${exchange}" = {
      description = "Lines of raw make no row: the mapping does not fit."
      metric      = "RowsQuarantined"
      dimensions  = { Exchange = exchange }
    }
  }]...)

  by_command = merge([for command in ["ingest", "transform"] : {
    # Each run sends RunFailed, 0 or 1: a sample is a run, however it ended.
    "no-run-${command}" = {
      description = "No run of ${command} ended within ${var.silent_hours} hours."
      metric      = "RunFailed"
      dimensions  = { Command = command }
      statistic   = "SampleCount"
      comparison  = "LessThanThreshold"
      threshold   = 1
      periods     = var.silent_hours
      missing     = "breaching"
    }
    "failures-${command}" = {
      description = "Runs of ${command} failed, in two spans of ${var.run_hours} hours in a row."
      metric      = "RunFailed"
      dimensions  = { Command = command }
      period      = var.run_hours * local.hour
      periods     = 2
      missing     = "ignore"
    }
  }]...)

  daily = { for command in ["compact", "verify"] : "failed-${command}" => {
    description = command == "verify" ? "Something is missing, twice, or changed." : "A day of the table could not be compacted."
    metric      = "RunFailed"
    dimensions  = { Command = command }
    missing     = "ignore"
  } }

  of_aws = merge(
    {
      dead-letter = {
        description = "A start failed for good: nothing ran."
        namespace   = "AWS/SQS"
        metric      = "ApproximateNumberOfMessagesVisible"
        dimensions  = { QueueName = var.dead_letter_name }
        statistic   = "Maximum"
        period      = 300
      }
    },
    { for name, alarm in {
      quality-errors = {
        description = "The data-quality Lambda failed, or ran out of time."
        namespace   = "AWS/Lambda"
        metric      = "Errors"
        dimensions  = { FunctionName = var.function }
      }
      checks-not-made = {
        description = "The data-quality Lambda could not look at all of the lake."
        metric      = "LakeChecksNotMade"
        dimensions  = {}
        statistic   = "Maximum"
        missing     = "ignore"
      }
      no-run-quality = {
        description = "The data-quality Lambda did not run for 25 hours."
        namespace   = "AWS/Lambda"
        metric      = "Invocations"
        dimensions  = { FunctionName = var.function }
        comparison  = "LessThanThreshold"
        threshold   = 1
        periods     = 25
        missing     = "breaching"
      }
    } : name => alarm if var.function != null },
  )

  # What the Lambda finds is a state, told again at each look: the alarm ends when a look finds it gone.
  found = merge([for exchange in var.exchanges : { for name, one in {
    "incomplete-${exchange}" = {
      description = "The lake lacks something of a product that it had, or has a hole that nobody knew."
      metric      = "LakeIncomplete"
    }
    "duplicates-${exchange}" = {
      description = "The table has a trade twice."
      metric      = "LakeDuplicates"
    }
    "unbalanced-${exchange}" = {
      description = "Raw is not the table's rows and the quarantine."
      metric      = "LakeUnbalanced"
    }
    "table-late-${exchange}" = {
      description = "The table does not follow raw."
      metric      = "LakeTableLate"
    }
  } : name => merge(one, { dimensions = { Exchange = exchange }, statistic = "Maximum", missing = "ignore" }) if var.function != null }]...)

  alarms = merge(local.by_exchange, local.found, local.by_command, local.daily, local.of_aws)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description} What to do: docs/RUNBOOK.md."
  namespace           = lookup(each.value, "namespace", var.namespace)
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = lookup(each.value, "statistic", "Sum")
  comparison_operator = lookup(each.value, "comparison", "GreaterThanThreshold")
  threshold           = lookup(each.value, "threshold", 0)
  period              = lookup(each.value, "period", local.hour)
  evaluation_periods  = lookup(each.value, "periods", 1)
  datapoints_to_alarm = lookup(each.value, "periods", 1)
  treat_missing_data  = lookup(each.value, "missing", "notBreaching")
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = { Component = "observability" }
}
