# Public subnets, because a NAT gateway costs more than all the rest together. Nothing can be reached from outside:
# no rule lets anything in. S3 and DynamoDB are reached by gateway endpoints, which cost nothing.

data "aws_availability_zones" "open" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name, Component = "network" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name, Component = "network" }
}

resource "aws_subnet" "public" {
  count = var.zones

  vpc_id                  = aws_vpc.this.id
  cidr_block              = cidrsubnet(var.cidr, 8, count.index)
  availability_zone       = try(data.aws_availability_zones.open.names[count.index], null)
  map_public_ip_on_launch = false # tasks ask for an address of their own
  tags                    = { Name = "${var.name}-public-${count.index}", Component = "network" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-public", Component = "network" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  count = var.zones

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(["s3", "dynamodb"])

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.public.id]
  tags              = { Name = "${var.name}-${each.key}", Component = "network" }
}

resource "aws_security_group" "tasks" {
  name        = "${var.name}-tasks"
  description = "Tasks: HTTPS out, nothing in"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-tasks", Component = "network" }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.tasks.id
  description       = "Exchanges and AWS, by HTTPS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
  tags              = { Component = "network" }
}

# Whoever forgets to name a group gets this one: it lets nothing in and nothing out.
resource "aws_default_security_group" "nothing" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-nothing", Component = "network" }
}
