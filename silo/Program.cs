using AutoDeploy.Silo;

return await SiloStartup.Run(args, Console.Out, Console.Error);
