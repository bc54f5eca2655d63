using NUnit.Framework;

// Fixtures share nothing; two cores are what a small CI machine has.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
