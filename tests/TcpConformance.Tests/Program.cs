using TcpConformance.Tests.OracleMutants;

// 'dotnet run -c Release --project tests/TcpConformance.Tests -- oracle-mutants [PATTERN] [SAMPLE]'
return args switch
{
    ["oracle-mutants", .. string[] more] => OracleMutantRun.RunAndPrint(more),
    [OracleMutantWorker.Verb] => OracleMutantWorker.Run(),
    _ => 2,
};
