// Each bench prints its own figures. They are for people and for comparison in one run; no test
// depends on them.
#pragma once

// Seal and open beside bare libsodium on the same bytes with the same passes.
void BenchSeal();

// A large attachment from site to site, over a drop folder and in a bundle: time and peak memory.
void BenchContent();

// Changes from one Jira to the other through both agents: CPU, requests and bytes per change.
void BenchPipeline();
