using AutoDeploy.Api;

return await ApiProgram.Run(args, Console.Out, Console.Error);
