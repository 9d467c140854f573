// Package e2e tells the product's stories with the real programs: it builds
// and runs controller and agents, drives a real browser, and breaks things.
// All of it is tests.
package e2e
